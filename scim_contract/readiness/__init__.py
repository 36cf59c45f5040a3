"""Is a target ready for a run: what it says when asked, and what a run of this profile would come to."""
