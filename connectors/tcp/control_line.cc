#include "connectors/tcp/control_line.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kListedMax = 20;  // known names in a message

Error refusal(std::string message, std::string remedy = "") {
  return {ErrorKind::kInput, std::move(message), std::move(remedy)};
}

// `a, b, c … (997 more)`
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kListedMax); ++i) {
    if (i > 0) text += ", ";
    text += names[i];
  }
  if (names.size() > kListedMax)
    text += " … (" + std::to_string(names.size() - kListedMax) + " more)";
  return text.empty() ? "none" : text;
}

Error unknown_name(const std::string& what, std::string_view name,
                   const std::vector<std::string>& known) {
  const std::string nearest = dsl::nearest_name(name, known);
  std::string remedy = nearest.empty() ? "" : "did you mean \"" + nearest + "\"? ";
  return refusal(what + " \"" + std::string(name) + "\" is not known",
                 remedy + "Known are: " + listed(known));
}

// Reads one member's value.
struct Member {
  std::string name;
  std::function<Status(element value)> read;
};

Status read_members(object members, const std::string& what, const std::vector<Member>& known) {
  std::vector<bool> seen(known.size());
  std::vector<std::string> names;
  for (const Member& member : known) names.push_back(member.name);
  for (const auto& [key, value] : members) {
    const size_t at = std::find(names.begin(), names.end(), key) - names.begin();
    if (at == known.size()) return unknown_name(what + " member", key, names);
    if (seen[at]) return refusal(what + " has \"" + names[at] + "\" twice", "leave one out");
    seen[at] = true;
    if (Status status = known[at].read(value); !status) return status;
  }
  return Done{};
}

// The line must be {"what": …} and nothing else. `parser` owns what is returned.
Result<element> read_line(simdjson::dom::parser& parser, std::string_view line,
                          const std::string& what, const std::string& example) {
  const std::string remedy = "the line must be " + example;
  element document;
  if (const auto error = parser.parse(line.data(), line.size()).get(document)) {
    return refusal(std::string("this is not a JSON line: ") + simdjson::error_message(error),
                   remedy);
  }
  object outer;
  element inner;
  if (document.get(outer) || outer.size() != 1 || outer.at_key(what).get(inner)) {
    return refusal("this is not a line with \"" + what + "\" alone", remedy);
  }
  return inner;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
}

Status read_text(element value, const std::string& member, std::string& text) {
  std::string_view view;
  if (value.get(view)) return refusal("\"" + member + "\" must be a text", "put it in quotes");
  text = view;
  return Done{};
}

// The name of a source or a subscriber.
Status read_name(element value, const std::string& member, std::string& name) {
  if (Status status = read_text(value, member, name); !status) return status;
  if (name.empty() || name.size() > limits::kPeerNameBytesMax || has_control_character(name)) {
    return refusal("\"" + member + "\" must have 1 to " +
                       std::to_string(limits::kPeerNameBytesMax) +
                       " bytes and no control characters",
                   "choose a name that stays the same, such as \"hz-market-regulation\"");
  }
  return Done{};
}

// Tokens are not asked for yet; one that is sent must at least be a text.
Status read_token(element value) {
  std::string token;
  return read_text(value, "token", token);
}

Status read_texts(element value, const std::string& member,
                  const std::function<Status(std::string)>& take) {
  simdjson::dom::array values;
  const Error wrong = refusal("\"" + member + "\" must be a list of texts",
                              "write [\"…\", \"…\"], or leave it out for all");
  if (value.get(values)) return wrong;
  for (element each : values) {
    std::string_view text;
    if (each.get(text)) return wrong;
    if (Status status = take(std::string(text)); !status) return status;
  }
  return values.size() == 0 ? Status(wrong) : Status(Done{});
}

bool read_seq(std::string_view text, uint64_t& seq) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seq);
  return !text.empty() && stop == end && error == std::errc();
}

Status read_from(element value, Subscription& wanted) {
  uint64_t seq = 0;
  std::string_view text;
  const bool is_text = !value.get(text);
  if (!value.get(seq)) {
    wanted.from = From::kSeq;
  } else if (text == "open") {
    wanted.from = From::kOpen;
  } else if (text == "start") {
    wanted.from = From::kStart;
  } else if (text == "now") {
    wanted.from = From::kNow;
  } else if (is_text && read_seq(text, seq)) {
    wanted.from = From::kSeq;
  } else {
    return refusal(
        "\"from\" must be \"open\", \"start\", \"now\" or the seq of the last message received",
        "leave it out for \"open\"");
  }
  wanted.seq = seq;
  return Done{};
}

Status read_rules(element value, const PolicyNames& known, Subscription& wanted) {
  Status status = read_texts(value, "rules", [&](std::string rule) -> Status {
    if (std::find(known.rules.begin(), known.rules.end(), rule) == known.rules.end()) {
      return unknown_name("the rule", rule, known.rules);
    }
    wanted.rules.push_back(std::move(rule));
    return Done{};
  });
  std::sort(wanted.rules.begin(), wanted.rules.end());
  return status;
}

Status read_kinds(element value, Subscription& wanted) {
  wanted.kinds = Kinds::none();
  return read_texts(value, "kinds", [&](const std::string& name) -> Status {
    const std::optional<Kind> kind = kind_named(name);
    if (!kind) return unknown_name("the kind", name, {kKindNames.begin(), kKindNames.end()});
    wanted.kinds.add(*kind);
    return Done{};
  });
}

Status read_level(element value, const PolicyNames& known, Subscription& wanted) {
  std::string level;
  if (Status status = read_text(value, "min_level", level); !status) return status;
  const auto found = std::find(known.levels.begin(), known.levels.end(), level);
  if (found == known.levels.end()) return unknown_name("the level", level, known.levels);
  wanted.min_level = static_cast<uint8_t>(found - known.levels.begin());
  return Done{};
}

Status read_regions(element value, Subscription& wanted) {
  return read_texts(value, "regions", [&](std::string region) -> Status {
    const bool digits = region.find_first_not_of("0123456789") == std::string::npos;
    if (region.empty() || region.size() > 6 || !digits) {
      return refusal(
          "\"regions\" has \"" + region + "\", which is not the beginning of a region code",
          "write 1 to 6 digits, as in \"33\" or \"330106\"");
    }
    wanted.regions.push_back(std::move(region));
    return Done{};
  });
}

}  // namespace

Beginning beginning_of(std::string_view bytes) {
  size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t')) ++at;
    return at < bytes.size();
  };
  if (!skip_blanks()) return Beginning::kUnknown;
  if (bytes[at++] != '{') return Beginning::kRecords;
  if (!skip_blanks()) return Beginning::kUnknown;
  const std::string_view rest = bytes.substr(at);
  for (const auto& [key, beginning] :
       {std::pair(std::string_view("\"hello\""), Beginning::kHello),
        std::pair(std::string_view("\"subscribe\""), Beginning::kSubscribe)}) {
    if (rest.starts_with(key)) return beginning;
    if (key.starts_with(rest)) return Beginning::kUnknown;
  }
  return Beginning::kRecords;
}

Result<Hello> parse_hello(std::string_view line, const std::vector<std::string>& record_types) {
  simdjson::dom::parser parser;
  const Result<element> inner =
      read_line(parser, line, "hello", "{\"hello\":{\"source\":\"NAME\",\"as\":\"TYPE\"}}");
  if (!inner) return inner.error();
  object members;
  if (inner.value().get(members))
    return refusal("\"hello\" must be an object", "write {\"hello\":{\"source\":\"NAME\"}}");
  Hello hello;
  const auto read_type = [&](element value) -> Status {
    if (Status status = read_text(value, "as", hello.as_type); !status) return status;
    const bool known = record_types.empty() || std::find(record_types.begin(), record_types.end(),
                                                         hello.as_type) != record_types.end();
    return known ? Status(Done{}) : unknown_name("the record type", hello.as_type, record_types);
  };
  Status status = read_members(
      members, "hello",
      {{"source", [&](element value) { return read_name(value, "source", hello.source); }},
       {"as", read_type},
       {"token", read_token}});
  if (!status) return status.error();
  if (hello.source.empty()) {
    return refusal("hello has no \"source\"", "name the source, so that its lines can be counted");
  }
  return hello;
}

Result<Subscription> parse_subscription(std::string_view line, const PolicyNames& known) {
  simdjson::dom::parser parser;
  const Result<element> inner =
      read_line(parser, line, "subscribe", "{\"subscribe\":{\"from\":\"open\"}}");
  if (!inner) return inner.error();
  object members;
  if (inner.value().get(members))
    return refusal("\"subscribe\" must be an object", "write {\"subscribe\":{}}");
  Subscription wanted;
  Status status =
      read_members(members, "subscribe",
                   {{"name", [&](element value) { return read_name(value, "name", wanted.name); }},
                    {"token", read_token},
                    {"from", [&](element value) { return read_from(value, wanted); }},
                    {"rules", [&](element value) { return read_rules(value, known, wanted); }},
                    {"kinds", [&](element value) { return read_kinds(value, wanted); }},
                    {"min_level", [&](element value) { return read_level(value, known, wanted); }},
                    {"regions", [&](element value) { return read_regions(value, wanted); }}});
  if (!status) return status.error();
  return wanted;
}

Result<uint64_t> parse_acknowledgement(std::string_view line) {
  simdjson::dom::parser parser;
  const Result<element> inner = read_line(parser, line, "ack", "{\"ack\":SEQ}");
  if (!inner) return inner.error();
  uint64_t seq = 0;
  if (inner.value().get(seq))
    return refusal("\"ack\" must be the seq of a message", "write {\"ack\":123}");
  return seq;
}

}  // namespace tocsin
