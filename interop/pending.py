"""What the gate answers to a write: it waits for a person, and no client may take it for done."""


def pending(act):
    raise NotImplementedError


pending_update = pending_many = pending_delete = pending
