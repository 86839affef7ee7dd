"""What operators put on record, in the trail of the house."""

ADD = "operator.add"
REMOVE = "operator.remove"
SET_UP = "operator.set-up"
SIGN_IN = "operator.sign-in"
SIGN_OUT = "operator.sign-out"
