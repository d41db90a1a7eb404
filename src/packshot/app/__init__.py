"""The studio: a web app on Streamlit. Pages call the service and the workflow, and decide nothing."""
