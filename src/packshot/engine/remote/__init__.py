"""Models on servers with OpenAI's images API (vLLM-Omni, SGLang, another Packshot), behind the engine protocol."""

from packshot.engine.remote.client import Client, Patience
from packshot.engine.remote.engine import RemoteEngine

__all__ = ["Client", "Patience", "RemoteEngine"]
