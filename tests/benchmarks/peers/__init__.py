"""Our assistant beside what people would use instead: the same documents, the same model, the same questions."""
