"""What counts of what was judged: waivers, a baseline, and what was so before a change. No verdict changes."""
