"""What a full run needs of an org and this one lacks: as steps, as curl lines, and as the finished profile."""
