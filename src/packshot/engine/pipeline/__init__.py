"""Models whose denoiser the engine does not know, run through their own diffusers pipeline, one picture at a time."""

from packshot.engine.pipeline.engine import PipelineEngine

__all__ = ["PipelineEngine"]
