#include "engine/publish/message_text.h"

#include <fmt/format.h>

#include "engine/record/json_text.h"

namespace tocsin {

namespace {

void member(std::string& out, std::string_view name, std::string_view text) {
  append_json_name(out, name);
  append_json_string(out, text);
}

void optional_member(std::string& out, std::string_view name,
                     const std::optional<std::string>& text) {
  append_json_name(out, name);
  if (text) {
    append_json_string(out, *text);
  } else {
    out += "null";
  }
}

void times(std::string& out, const Warning& warning, const Calendar& calendar) {
  member(out, "raised", calendar.format_time(warning.raised));
  std::optional<std::string> cleared;
  if (!warning.open()) cleared = calendar.format_time(warning.cleared);
  optional_member(out, "cleared", cleared);
}

void list(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
  append_json_name(out, name);
  out += '[';
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, texts[i]);
  }
  out += ']';
}

void evidence(std::string& out, const Warning& warning) {
  list(out, "evidence", warning.evidence);
  append_json_name(out, "evidence_total");
  out += fmt::format("{}", warning.evidence_total);
  if (!warning.paths.empty()) list(out, "paths", warning.paths);
}

// What is told of a grade change, an assessment or a draw.
std::string telling_object(const Change& change, const plan::Program& program) {
  const Warning& told = change.warning;
  const plan::RuleText& rule = program.rules[told.rule];
  std::string out = "{";
  member(out, "id", told.id_text());
  member(out, "rule", rule.name);
  member(out, "title", rule.title);
  member(out, "key", change.key);
  optional_member(out, "subject", told.subject);
  member(out, "region", told.region);
  member(out, "raised", program.calendar->format_time(told.raised));
  out += ',' + told.values;
  member(out, "message", told.message);
  member(out, "policy", program.hash);
  out += '}';
  return out;
}

std::string warning_object(const Change& change, const plan::Program& program) {
  const Warning& warning = change.warning;
  const plan::RuleText& rule = program.rules[warning.rule];
  if (rule.kind != Kind::kWarning) return telling_object(change, program);
  std::string out = "{";
  member(out, "id", warning.id_text());
  member(out, "rule", rule.name);
  member(out, "title", rule.title);
  member(out, "level", program.levels[warning.level]);
  member(out, "key", change.key);
  optional_member(out, "subject", warning.subject);
  member(out, "region", warning.region);
  times(out, warning, *program.calendar);
  optional_member(out, "trigger", warning.trigger);
  member(out, "message", warning.message);
  evidence(out, warning);
  member(out, "because", rule.because);
  member(out, "suggest", rule.suggest);
  member(out, "assign", rule.assign);
  member(out, "policy", program.hash);
  out += '}';
  return out;
}

}  // namespace

std::string_view name_of(Event event) {
  switch (event) {
    case Event::kRaised:
      return "raised";
    case Event::kChanged:
      return "changed";
    case Event::kCleared:
      return "cleared";
    case Event::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::kRecord:
      return "record";
    case Reason::kTimer:
      return "timer";
    case Reason::kLateRecord:
      return "late record";
    case Reason::kAmendment:
      return "amendment";
    case Reason::kRetraction:
      return "retraction";
    case Reason::kPolicyChange:
      return "policy change";
  }
  return "";
}

std::shared_ptr<const Message> make_message(const Change& change, const plan::Program& program,
                                            uint64_t seq, int64_t emitted) {
  auto message = std::make_shared<Message>();
  message->seq = seq;
  message->event = change.event;
  message->level = change.warning.level;
  message->kind = program.rules[change.warning.rule].kind;
  message->open =
      message->kind == Kind::kWarning && change.event != Event::kWithdrawn && change.warning.open();
  message->rule = program.rules[change.warning.rule].name;
  message->region = change.warning.region;
  message->warning_id = change.warning.id_text();
  std::string& out = message->json;
  out = fmt::format("{{\"seq\":{}", seq);
  member(out, "event", name_of(change.event));
  member(out, "reason", name_of(change.reason));
  member(out, "kind", name_of(message->kind));
  append_json_name(out, "warning");
  out += warning_object(change, program);
  member(out, "emitted", program.calendar->format_time(emitted));
  out += '}';
  return message;
}

std::string net_line(const Warning& warning, std::string_view key, const plan::Program& program) {
  std::string out = "{";
  if (const Kind kind = program.rules[warning.rule].kind; kind != Kind::kWarning) {
    member(out, "kind", name_of(kind));
    member(out, "rule", program.rules[warning.rule].name);
    member(out, "key", key);
    optional_member(out, "subject", warning.subject);
    member(out, "raised", program.calendar->format_time(warning.raised));
    out += ',' + warning.values;
    member(out, "message", warning.message);
    member(out, "id", warning.id_text());
    return out + '}';
  }
  member(out, "rule", program.rules[warning.rule].name);
  member(out, "key", key);
  optional_member(out, "subject", warning.subject);
  member(out, "level", program.levels[warning.level]);
  times(out, warning, *program.calendar);
  optional_member(out, "trigger", warning.trigger);
  member(out, "id", warning.id_text());
  out += '}';
  return out;
}

}  // namespace tocsin
