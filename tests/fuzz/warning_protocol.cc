// "Warnings out": what a subscriber may ask and acknowledge, and how it reads what it gets.
#include <algorithm>
#include <optional>
#include <string>

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

const PolicyNames kNames{.levels = {"blue", "yellow", "red"}, .rules = {"a", "overdue", "phoenix"}};

void require_told(const Error& error) {
  const ServerReply told = parse_reply(error_line(error_text(error)));
  require(told.kind == Kind::kError && !told.text.empty(), "a refusal reaches the peer");
}

void require_sound_subscription(std::string_view line) {
  Result<Subscription> wanted = parse_subscription(line, kNames);
  if (!wanted) return require_told(wanted.error());
  require(wanted->name.size() <= limits::kPeerNameBytesMax, "a name keeps its limit");
  require(wanted->min_level < kNames.levels.size(), "a level is one that the policy has");
  require(wanted->from == From::kSeq || wanted->seq == 0, "only a resumption has a seq");
  require(std::is_sorted(wanted->rules.begin(), wanted->rules.end()), "rules are sorted");
  for (const std::string& rule : wanted->rules) {
    require(std::binary_search(kNames.rules.begin(), kNames.rules.end(), rule),
            "a rule is one that the policy has");
  }
  for (const std::string& region : wanted->regions) {
    require(!region.empty() && region.size() <= 6, "a region is the beginning of a code");
  }
}

// A seq may be written as a number or as a text; both mean the same, or nothing.
void require_same_seq(std::string_view line) {
  std::string digits;
  std::copy_if(line.begin(), line.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  digits.erase(0, digits.find_first_not_of('0'));  // JSON numbers have no leading zeros
  if (digits.empty()) return;
  auto number = parse_subscription("{\"subscribe\":{\"from\":" + digits + "}}", kNames);
  auto text = parse_subscription("{\"subscribe\":{\"from\":\"" + digits + "\"}}", kNames);
  require(number.ok() == text.ok(), "a seq is taken as a text if it is as a number");
  require(!number || number->seq == text->seq, "a seq is the same as a text");
}

void require_sound_acknowledgement(std::string_view line) {
  Result<uint64_t> seq = parse_acknowledgement(line);
  if (!seq) return require_told(seq.error());
  Result<uint64_t> again = parse_acknowledgement(acknowledgement_line(*seq));
  require(again.ok() && *again == *seq, "an acknowledgement is written as it is read");
}

void require_told_heartbeat(std::string_view clock, uint64_t seq) {
  const ServerReply beat = parse_reply(heartbeat_line(std::string(clock), seq));
  require(beat.kind == Kind::kHeartbeat && beat.number == seq, "a heartbeat tells its seq");
  const ServerReply gap = parse_reply(gap_line(1, seq));
  require(gap.kind == Kind::kGap && gap.number == seq, "a gap tells its end");
}

}  // namespace

void warning_protocol(std::string_view input) {
  Input choices(input);
  const uint64_t seq = choices.byte();
  const std::string_view line = choices.rest();
  require_sound_subscription(line);
  require_same_seq(line);
  require_sound_acknowledgement(line);
  require_told_heartbeat(line, seq);
  const ServerReply reply = parse_reply(line);
  require(reply.kind != Kind::kUnknown || (reply.number == 0 && reply.text.empty()),
          "what is not known says nothing");
}

}  // namespace tocsin::fuzz
