"""The script that Streamlit runs. In a folder of its own: beside a folder `pages`, Streamlit would run that instead."""
