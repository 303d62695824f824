"""The hall's memory and judgement: it remembers and decides, and never touches a device."""
