#include "connectors/cli/run_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "connectors/cli/policy_report.h"
#include "connectors/cli/progress_bar.h"
#include "connectors/cli/signals.h"
#include "connectors/file/key_file.h"
#include "connectors/tcp/service.h"

namespace tocsin {
namespace {

constexpr auto kLogInterval = std::chrono::seconds(10);

// Passes reports on and logs, now and then, what came in and went out.
class LoggingSink : public BatchSink {
 public:
  explicit LoggingSink(BatchSink& next) : next_(next) {}

  void told(const Messages& messages) override {
    next_.told(messages);
    messages_ += messages.size();
    log_if_due();
  }

  void published(const BatchReport& report) override {
    next_.published(report);
    received_ += report.received;
    rejected_ += report.rejects.size();
    log_if_due();
  }

  void log() {
    next_log_ = std::chrono::steady_clock::now() + kLogInterval;
    if (received_ == logged_.received && messages_ == logged_.messages) return;
    spdlog::info("{} records received, {} rejected, {} messages sent out", grouped(received_),
                 grouped(rejected_), grouped(messages_));
    logged_ = {received_, messages_};
  }

 private:
  void log_if_due() {
    if (std::chrono::steady_clock::now() >= next_log_) log();
  }

  BatchSink& next_;
  uint64_t received_ = 0;
  uint64_t rejected_ = 0;
  uint64_t messages_ = 0;
  struct {
    uint64_t received = 0;
    uint64_t messages = 0;
  } logged_;
  std::chrono::steady_clock::time_point next_log_ = std::chrono::steady_clock::now() + kLogInterval;
};

void start_log() {
  auto logger = spdlog::stderr_color_mt("tocsin");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_on(spdlog::level::info);
}

void log_failure(const Error& error) {
  spdlog::error("{}", error.message);
  if (!error.remedy.empty()) spdlog::error("help: {}", error.remedy);
}

ExitCode exit_of(const Error& error) {
  return error.kind == ErrorKind::kInput ? kExitInput : kExitEnvironment;
}

std::vector<std::string> rule_names(const plan::Program& program) {
  std::vector<std::string> names;
  for (const plan::RuleText& rule : program.rules) names.push_back(rule.name);
  return names;
}

std::vector<std::string> type_names(const plan::Program& program) {
  std::vector<std::string> names;
  for (const plan::TypePlan& type : program.types) {
    if (type.origin == dsl::Origin::kDeclared) names.push_back(type.name);
  }
  return names;
}

TcpServiceOptions service_options(const RunOptions& options,
                                  std::shared_ptr<const plan::Program> program,
                                  const Engine& engine) {
  TcpServiceOptions service;
  service.inbox.batch_delay = std::chrono::milliseconds(options.batch_delay_ms);
  if (options.clock == ClockMode::kWall)
    service.inbox.next_due = [&engine] { return engine.next_due(); };
  service.records.listen = options.records;
  if (options.records.empty()) service.records.listen = {kDefaultRecords};
  service.records.record_types = type_names(*program);
  service.warnings.listen = options.warnings;
  if (options.warnings.empty()) service.warnings.listen = {kDefaultWarnings};
  service.warnings.levels = program->levels;
  service.warnings.rules = rule_names(*program);
  service.warnings.format_time = [program](int64_t time) {
    return program->calendar->format_time(time);
  };
  return service;
}

// The key of private fields: needed when the policy has some, and when the data holds pseudonyms of
// an earlier policy.
Result<OpenedKey> open_key(const RunOptions& options, const plan::Program& program) {
  const std::filesystem::path path =
      options.key.empty() ? default_key_file(options.data) : std::filesystem::path(options.key);
  std::error_code code;
  if (!program.has_private_columns() && !std::filesystem::exists(path, code)) return OpenedKey{};
  Result<OpenedKey> key = open_key_file(path, options.data);
  if (key && key->is_new) {
    spdlog::warn("{} is the new key of private fields: keep a copy of it, apart from the data",
                 path.string());
  } else if (key) {
    spdlog::info("key of private fields in {}", path.string());
  }
  return key;
}

// Until a signal, or trouble.
ExitCode serve(Engine& engine, const plan::Program& program, TcpService& service,
               StopSignals& signals) {
  signals.watch([&service](const char* name) {
    spdlog::info("{}: finishing what was accepted; once more ends at once", name);
    service.stop_reading();
  });
  LoggingSink sink(service.sink());
  const Status status = engine.run(service.source(), sink);
  sink.log();
  if (!status) {
    log_failure(status.error());
    service.fail(status.error());
  }
  service.stop();
  if (!status) return exit_of(status.error());
  for (const RuleFaults& faults : engine.faults()) {
    for (const std::string& line : fault_lines(faults, program)) spdlog::warn("{}", line);
  }
  spdlog::info("stopped; all is on disk, last seq {}", engine.last_seq());
  return kExitFine;
}

// A calendar of working days is published year by year, and forgotten as easily.
void warn_of_calendar_end(const Calendar& calendar) {
  constexpr int64_t kWarnDays = 60;
  const Workdays& workdays = calendar.workdays();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t today =
      calendar.day_of(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
  if (workdays.empty() || workdays.is_workday(today + kWarnDays)) return;
  spdlog::warn(
      "the policy's calendar of working days holds {} to {} only: spans that need other days are "
      "missing; add the years that are missing to its `workdays`",
      Calendar::format_date(workdays.first_day()), Calendar::format_date(workdays.last_day()));
}

}  // namespace

ExitCode run_service(const RunOptions& options, Console& console) {
  StopSignals signals;
  const UsablePolicy policy = load_or_report(options.policy, console);
  if (!policy) return policy.exit;
  start_log();
  const plan::Program& program = policy.program();
  spdlog::info("policy \"{}\" ({}): {}, {}", program.name, program.hash,
               counted(program.rules.size(), "rule"),
               counted(type_names(program).size(), "record type"));
  warn_of_calendar_end(*program.calendar);

  EngineOptions engine_options;
  engine_options.data = options.data;
  engine_options.clock = options.clock;
  engine_options.skew_micros = static_cast<int64_t>(options.skew_seconds) * 1'000'000;
  engine_options.threads = options.threads;
  engine_options.memory_bytes = options.memory_bytes;
  engine_options.checkpoint_bytes = options.checkpoint_bytes;
  engine_options.keep = options.keep;
  engine_options.notice = [](const std::string& text) { spdlog::warn("{}", text); };
  Result<OpenedKey> key = open_key(options, program);
  if (!key) {
    log_failure(key.error());
    return exit_of(key.error());
  }
  engine_options.pseudonyms = key->pseudonyms;
  spdlog::info("opening {}", options.data);
  Result<std::unique_ptr<Engine>> engine = Engine::open(policy.shared_program(), engine_options);
  if (!engine) {
    log_failure(engine.error());
    // Of no use to anybody; left there, it would be taken for the one that is missing.
    if (key->is_new) std::filesystem::remove(key->path);
    return exit_of(engine.error());
  }
  spdlog::info("data in {}, last seq {}", options.data, (*engine)->last_seq());

  const std::unique_ptr<EngineView> view = engine_view_of(**engine);
  Result<std::unique_ptr<TcpService>> service =
      TcpService::open(*view, service_options(options, policy.shared_program(), **engine));
  if (!service) {
    log_failure(service.error());
    return exit_of(service.error());
  }
  spdlog::info("records on {}", fmt::join((*service)->records().addresses(), ", "));
  spdlog::info("warnings on {}", fmt::join((*service)->warnings().addresses(), ", "));
  return serve(**engine, program, **service, signals);
}

}  // namespace tocsin
