#include "meeting/refusal.hpp"

namespace atelier::meeting {

namespace {

std::string_view rule_reason(v1::Refusal refusal) {
  switch (refusal) {
    case v1::REFUSAL_EMPTY_NOTE: return "empty note";
    case v1::REFUSAL_TEXT_FROZEN: return "document is frozen";
    case v1::REFUSAL_LIST_FROZEN: return "list is frozen";
    case v1::REFUSAL_MEETING_CLOSED: return "meeting is closed";
    case v1::REFUSAL_MEETING_NOT_OPEN: return "meeting is not open yet";
    case v1::REFUSAL_VOTE_CLOSED: return "vote is closed";
    case v1::REFUSAL_VOTE_UNKNOWN: return "there is no such vote";
    case v1::REFUSAL_OVER_CAP: return "more dots on one option than allowed";
    case v1::REFUSAL_OVER_BUDGET: return "more dots than allowed";
    case v1::REFUSAL_UNKNOWN_OPTION: return "unknown option";
    case v1::REFUSAL_OBSERVER: return "observer is not entitled";
    case v1::REFUSAL_THROUGH_DELEGATE: return "network has voted through its delegate";
    case v1::REFUSAL_NOT_DELEGATE: return "only the delegate votes for this network";
    case v1::REFUSAL_HAS_OWNER: return "activity already has an owner";
    case v1::REFUSAL_NOT_ALLOWED: return "your role may not do this";
    case v1::REFUSAL_NOT_YOUR_NETWORK: return "you can only act for your own network";
    case v1::REFUSAL_UNKNOWN_ID: return "there is no such thing here";
    case v1::REFUSAL_ID_TAKEN: return "this id is taken";
    case v1::REFUSAL_TOO_LONG: return "too long";
    case v1::REFUSAL_TOO_MANY: return "too many";
    case v1::REFUSAL_BAD_VALUE: return "a value is not possible here";
    case v1::REFUSAL_REASON_REQUIRED: return "please give a reason";
    case v1::REFUSAL_INPUT_FROZEN: return "the facilitator has paused all input";
    case v1::REFUSAL_NOT_JOINED: return "join the meeting first";
    case v1::REFUSAL_ALREADY_DONE: return "this is done already";
    case v1::REFUSAL_NOT_ENTITLED: return "not entitled to this vote";
    case v1::REFUSAL_BALLOT_INCOMPLETE: return "the ballot is not complete";
    default: return {};
  }
}

}  // namespace

std::string_view reason(v1::Refusal refusal) {
  if (const auto text = rule_reason(refusal); !text.empty()) return text;
  switch (refusal) {
    case v1::REFUSAL_OK: return {};
    case v1::REFUSAL_UPDATE_MALFORMED: return "this edit cannot be read";
    case v1::REFUSAL_UPDATE_FOREIGN_CLIENT: return "this edit carries somebody else's writing";
    case v1::REFUSAL_UPDATE_NOT_CAUSAL: return "this edit builds on something that the server does not have";
    case v1::REFUSAL_UPDATE_OVER_LIMIT: return "this edit or text is too large";
    case v1::REFUSAL_UPDATE_NOT_ALLOWED: return "this kind of content is not possible in a text";
    case v1::REFUSAL_BAD_COMMAND: return "the request cannot be read";
    case v1::REFUSAL_OUT_OF_ORDER: return "an earlier request is missing; send again from the last confirmed one";
    case v1::REFUSAL_NODE_FIELD: return "the request sets a field that only the server may set";
    case v1::REFUSAL_NOT_A_REHEARSAL: return "times can be given only in a rehearsal";
    case v1::REFUSAL_RATE: return "too fast; try again in a moment";
    case v1::REFUSAL_STORAGE: return "the server cannot store anything right now";
    default: return "not accepted";
  }
}

}  // namespace atelier::meeting
