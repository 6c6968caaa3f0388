"""What can be written, and what is to be asked for otherwise."""

from knowledge.errors import BadQuestion
from knowledge.memos import Form, MemoRequest

LONGEST_REQUEST = 300
# A comparison is read on one screen.
LEAST_SUBJECTS, MOST_SUBJECTS, MOST_TOPICS = 2, 8, 4


def check_request(request: MemoRequest) -> None:
    """Raise BadQuestion for what cannot be written, with how to ask for it."""
    names = (*request.topics, *request.subjects)
    if not request.topics or not all(name.strip() for name in names) or len(request.text) > LONGEST_REQUEST:
        raise BadQuestion("Please name a topic of a few words, up to 300 characters.")
    if request.form is not Form.COMPARISON:
        if len(request.topics) > 1 or request.subjects:
            raise BadQuestion("Please name one topic.")
        return
    if not LEAST_SUBJECTS <= len({subject.casefold() for subject in request.subjects}) <= MOST_SUBJECTS:
        raise BadQuestion("Please name two to eight networks or cities to compare.")
    if len(request.topics) > MOST_TOPICS:
        raise BadQuestion("Please compare on at most four topics at once.")
