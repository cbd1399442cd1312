// run, feed, tail: the service and those that talk to it.
#include "connectors/cli/commands.h"
#include "connectors/cli/feed_command.h"
#include "connectors/cli/input_options.h"
#include "connectors/cli/option_checks.h"
#include "connectors/cli/run_command.h"
#include "connectors/cli/service_config.h"
#include "connectors/cli/tail_command.h"

namespace tocsin {
namespace {

constexpr uint64_t kMemoryBytesMin = 1 << 20;
constexpr char kAddressHelp[] = "HOST:PORT, PORT (loopback), or unix:PATH";

}  // namespace

void add_run(CLI::App& app, Selected& selected) {
  CLI::App& command =
      *app.add_subcommand("run", "The service: records in over TCP, warnings out over TCP");
  auto options = std::make_shared<RunOptions>();
  auto config = std::make_shared<std::string>();
  command.add_option("POLICY", options->policy, "A folder of *.rules files, or one file")
      ->required();
  command
      .add_option("--data", options->data,
                  "Folder for journal and state; made when it is not there")
      ->type_name("DIR");
  command
      .add_option("--key", options->key,
                  "Key of private fields, made when there is none; outside of the data folder. "
                  "DIR.key when left out")
      ->type_name("FILE");
  command
      .add_option("--records", options->records,
                  std::string("Where feeders connect: ") + kAddressHelp + "; may be repeated; " +
                      kDefaultRecords + " when left out")
      ->check(network_address())
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  command
      .add_option("--warnings", options->warnings,
                  std::string("Where subscribers connect; ") + kDefaultWarnings + " when left out")
      ->check(network_address())
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  command
      .add_option_function<std::string>(
          "--clock",
          [options](const std::string& word) {
            options->clock = word == "wall" ? ClockMode::kWall : ClockMode::kEvent;
          },
          "event: time is the latest record's; wall: deadlines pass by themselves")
      ->check(one_of({"event", "wall"}))
      ->type_name("event|wall");
  command
      .add_option("--skew", options->skew_seconds,
                  "With the event clock: records dated further ahead of the wall clock are "
                  "rejected, so that one wrong clock moves nobody's deadlines; 1d when left out")
      ->transform(time_span())
      ->type_name("SPAN");
  command.add_option("--threads", options->threads, "Threads; as many as cores when left out")
      ->check(whole_number(1, 1024))
      ->type_name("N");
  command
      .add_option("--memory", options->memory_bytes,
                  "Memory for the state of keys, e.g. 512m or 4g; the process takes more")
      ->transform(memory_size(kMemoryBytesMin))
      ->type_name("SIZE");
  command
      .add_option("--checkpoint-every", options->checkpoint_bytes,
                  "Journal between checkpoints of the state; less starts faster and writes more")
      ->transform(memory_size())
      ->type_name("SIZE");
  command
      .add_option_function<std::string>(
          "--keep", [options](const std::string& text) { options->keep = *parse_keep(text); },
          "How much of the journal to keep: 400d, or 50g; all when left out. Whole segments of "
          "256 MB go, once the state has what they hold; a later policy does not see them")
      ->check(journal_keep())
      ->type_name("DAYS|SIZE");
  command
      .add_option("--batch-delay", options->batch_delay_ms,
                  "Milliseconds to wait for a batch to fill")
      ->check(whole_number(0, 60'000))
      ->type_name("MS");
  command
      .add_option("--config", *config,
                  "A TOML file with these options: records = \"127.0.0.1:7401\"; the command "
                  "line goes before it")
      ->type_name("FILE");
  command.footer(
      "Example:\n"
      "  tocsin run my-policy --data /var/lib/tocsin --clock wall\n"
      "  nc 127.0.0.1 7401 < records.ndjson      # or: tocsin feed\n"
      "  tocsin tail 127.0.0.1:7402\n"
      "Ctrl-C (or SIGTERM) finishes what was accepted and ends with exit code 0.");
  command.callback([options, config, &command, &selected] {
    if (!config->empty()) apply_config(*config, command);
    if (options->data.empty()) throw CLI::RequiredError("--data");
    selected.run = [options](Console& console) { return run_service(*options, console); };
  });
}

void add_feed(CLI::App& app, Selected& selected) {
  CLI::App& command =
      *app.add_subcommand("feed", "Send files to a running service until all is on its disk");
  auto options = std::make_shared<FeedCommandOptions>();
  auto input = std::make_shared<InputOptions>(command);
  command
      .add_option("--to", options->to,
                  std::string("The service's --records address: ") + kAddressHelp)
      ->required()
      ->check(network_address())
      ->type_name("ADDRESS");
  command
      .add_option("--source", options->source,
                  "Name of the source, to go on where it stopped; host and path of each "
                  "file when left out")
      ->type_name("NAME");
  command.add_option("--rate", options->lines_per_second, "At most so many lines a second")
      ->check(number_above_zero())
      ->type_name("N");
  command.footer(
      "Example:\n"
      "  tocsin feed --as inspection dinesafe.2001.csv.gz dinesafe.2002.csv.gz --to "
      "127.0.0.1:7401\n"
      "A lost connection is taken up again. Run again, it sends only what the service does not "
      "have.");
  command.callback([options, input, &selected] {
    const auto files = input->files();
    if (!files) throw CLI::ValidationError("--as", "must come before the files it is for");
    options->files = *files;
    selected.run = [options](Console& console) { return run_feed(*options, console); };
  });
}

void add_tail(CLI::App& app, Selected& selected) {
  CLI::App& command = *app.add_subcommand("tail", "Show warnings as they come, one a line");
  auto options = std::make_shared<TailCommandOptions>();
  command
      .add_option("ADDRESS", options->address,
                  std::string("The service's --warnings address: ") + kAddressHelp)
      ->required()
      ->check(network_address());
  command.add_flag("--json", options->json, "The messages as they come, one JSON object a line");
  command.add_option("--rule", options->rules, "Only this rule; may be repeated")
      ->type_name("RULE")
      ->allow_extra_args(false);
  add_kinds(command, options->kinds);
  command.add_option("--min-level", options->min_level, "Only this level and above")
      ->type_name("LEVEL");
  command
      .add_option("--region", options->regions,
                  "Only regions that begin so (33: a province); may be repeated")
      ->type_name("CODE")
      ->allow_extra_args(false);
  command
      .add_option("--from", options->from,
                  "open: open warnings first; start: all that is held; now; or after a SEQ")
      ->check(stream_position())
      ->type_name("open|start|now|SEQ")
      ->capture_default_str();
  CLI::Option* name = command
                          .add_option("--name", options->name,
                                      "Who you are: the service remembers how far you confirmed")
                          ->type_name("NAME");
  command
      .add_flag("--ack", options->acknowledge,
                "Confirm each message, to go on from there next time")
      ->needs(name);
  command.add_flag("--once", options->once, "End once everything that is there has been shown");
  command.footer(
      "Examples:\n"
      "  tocsin tail 127.0.0.1:7402 --min-level orange --region 33\n"
      "  tocsin tail 127.0.0.1:7402 --json --name bank-7 --ack >> warnings.ndjson");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_tail(*options, console); };
  });
}

}  // namespace tocsin
