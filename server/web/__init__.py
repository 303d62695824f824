"""The doors: HTTP and Socket.IO. They read a request, do one action, give the answer; they decide nothing."""
