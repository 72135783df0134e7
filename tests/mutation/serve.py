"""`python -m tests.mutation.serve`: the process in the sandbox that serves a batch (see `inside`)."""

from migrate.shadow import inside
from tests.mutation.inside import BatchServer

if __name__ == "__main__":
    inside.main(BatchServer)
