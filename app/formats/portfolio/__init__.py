"""Many designs, counted or one by one."""
