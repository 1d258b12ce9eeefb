"""务工手册: the booklet in a worker's hand, the labour guide, and who was given which."""
