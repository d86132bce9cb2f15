"""Made-up nights with known spindles, eye movements, stages and artefacts."""
