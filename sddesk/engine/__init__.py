"""torch and diffusers: models, pipeline, tape, previews and devices."""
