"""The objects of the permission matrix: one module an area, each with `build(world)`."""
