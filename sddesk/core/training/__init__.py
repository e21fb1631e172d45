"""What can be taught to a model, from which pictures and how: values and rules without torch."""
