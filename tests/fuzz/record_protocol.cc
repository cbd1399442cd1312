// "Records in": what a feeder may say first, what the server answers, and how the feeder reads it.
#include <algorithm>
#include <string>
#include <vector>

#include "connectors/tcp/control_line.h"
#include "connectors/tcp/reply_line.h"
#include "connectors/tcp/server_reply.h"
#include "rules-dsl/limits.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace tocsin::fuzz {
namespace {

using Kind = ServerReply::Kind;

const std::vector<std::string> kRecordTypes = {"inspection", "penalty"};

// Once a stream is known to be a hello or records, further bytes do not change it.
void require_settled_beginning(std::string_view bytes) {
  Beginning before = Beginning::kUnknown;
  for (size_t size = 0; size <= std::min<size_t>(bytes.size(), 64); ++size) {
    const Beginning now = beginning_of(bytes.substr(0, size));
    require(before == Beginning::kUnknown || now == before, "a beginning stays what it is");
    before = now;
  }
  if (parse_hello(bytes, {}).ok() && bytes.find_first_of("\r\n") == bytes.npos) {
    require(beginning_of(bytes) == Beginning::kHello, "what reads as a hello begins like one");
  }
}

void require_sound_hello(std::string_view line) {
  Result<Hello> hello = parse_hello(line, kRecordTypes);
  if (!hello) {
    const ServerReply told = parse_reply(error_line(error_text(hello.error())));
    require(told.kind == Kind::kError && !told.text.empty(), "a refusal reaches the peer");
    return;
  }
  require(!hello->source.empty() && hello->source.size() <= limits::kPeerNameBytesMax,
          "a source has a name");
  require(hello->as_type.empty() ||
              std::binary_search(kRecordTypes.begin(), kRecordTypes.end(), hello->as_type),
          "a type is one that the policy has");
}

// What a reject says comes to the feeder, whatever the record held.
void require_told_reject(std::string_view reason, std::string_view field, uint64_t line) {
  Reject reject;
  reject.line = line;
  reject.reason = reason;
  reject.field = field;
  const std::string written = rejected_line(reject);
  require(written.find('\n') == std::string::npos, "a reply is one line");
  const ServerReply told = parse_reply(written);
  require(told.kind == Kind::kRejected && told.number == line, "a reject reaches the feeder");
  require(told.field.empty() == field.empty(), "a reject names its field if it has one");
}

}  // namespace

void record_protocol(std::string_view input) {
  Input choices(input);
  const uint64_t line = choices.byte() + 1u;
  const std::string_view field = choices.text();
  const std::string_view rest = choices.rest();
  require_settled_beginning(rest);
  require_sound_hello(rest);
  require_told_reject(rest, field, line);
  // A service of another version may answer anything.
  const ServerReply reply = parse_reply(rest);
  require(reply.kind == Kind::kRejected || reply.field.empty(), "only a reject has a field");
}

}  // namespace tocsin::fuzz
