"""The studio: a web app on Streamlit. Pages call service and workflow, render what they return, and decide nothing."""
