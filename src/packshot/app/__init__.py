"""The studio: a web app on Streamlit. Pages call the service and the workflow, render what they return, decide nothing."""
