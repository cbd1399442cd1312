#include "connectors/tcp/server_reply.h"

#include <simdjson.h>

namespace tocsin {
namespace {

using simdjson::dom::element;
using ReplyKind = ServerReply::Kind;

// A member's value, or the default of its type when there is none.
template <class T>
T member(element object, std::string_view name) {
  T value{};
  if (object.at_key(name).get(value)) return T{};
  return value;
}

bool read_rejected(element document, ServerReply& reply) {
  element rejected;
  if (document.at_key("rejected").get(rejected)) return false;
  reply.kind = ReplyKind::kRejected;
  reply.number = member<uint64_t>(rejected, "line");
  reply.text = member<std::string_view>(rejected, "reason");
  reply.field = member<std::string_view>(rejected, "field");
  return true;
}

// {"outer":{"inner":N}}
bool read_nested(element document, std::string_view outer, std::string_view inner, ReplyKind kind,
                 ServerReply& reply) {
  element value;
  if (document.at_key(outer).get(value)) return false;
  reply.kind = kind;
  reply.number = member<uint64_t>(value, inner);
  return true;
}

// {"name":N}; a message has more members beside `seq`.
bool read_number(element document, std::string_view name, ReplyKind kind, ServerReply& reply) {
  if (document.at_key(name).get(reply.number)) return false;
  reply.kind = kind;
  return true;
}

}  // namespace

ServerReply parse_reply(std::string_view line) {
  thread_local simdjson::dom::parser parser;
  ServerReply reply;
  element document;
  if (parser.parse(line.data(), line.size()).get(document)) return reply;
  std::string_view error;
  if (!document.at_key("error").get(error)) {
    reply.kind = ReplyKind::kError;
    reply.text = error;
    return reply;
  }
  const bool known = read_number(document, "seq", ReplyKind::kMessage, reply) ||
                     read_number(document, "durable", ReplyKind::kDurable, reply) ||
                     read_rejected(document, reply) ||
                     read_nested(document, "heartbeat", "seq", ReplyKind::kHeartbeat, reply) ||
                     read_nested(document, "welcome", "durable", ReplyKind::kWelcome, reply) ||
                     read_nested(document, "gap", "to", ReplyKind::kGap, reply) ||
                     read_number(document, "rejected_omitted", ReplyKind::kRejectedOmitted, reply);
  return known ? reply : ServerReply{};
}

}  // namespace tocsin
