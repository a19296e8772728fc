"""What programs do at the desk in place of a member, such as CI: tokens, and the addresses that take them."""
