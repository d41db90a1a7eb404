"""`make model-report`: measures a model folder, draws its contact sheets and writes its card. Knows no training."""
