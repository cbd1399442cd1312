// Engine::Impl, fourth part: opening a data directory, and taking up another policy.
//
// Opening is: lock the journal, look at the checkpoint, evaluate the journal entries after it. When
// the checkpoint cannot be used (none, or another policy since), everything is evaluated again from
// the first entry on; the same messages come out with the same numbers, so subscribers notice
// nothing.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "engine/engine_impl.h"
#include "engine/store/data_folder.h"
#include "rules-dsl/compile.h"

namespace tocsin {

void Engine::Impl::start_pipeline(std::shared_ptr<const plan::Program> program) {
  program_ = std::move(program);
  pipeline_ = std::make_unique<Pipeline>(program_, options_, store_.get());
}

Status Engine::Impl::open() {
  if (program_->has_private_columns() && options_.pseudonyms == nullptr) {
    return Error{ErrorKind::kEnvironment,
                 "the policy has private fields, and there is no key for their pseudonyms",
                 "give a key file: --key FILE"};
  }
  if (options_.data.empty()) {
    log_ = std::make_unique<WarningLog>(nullptr);
    start_pipeline(program_);
    return Done{};
  }
  JournalOptions journal_options;
  journal_options.segment_bytes_max = options_.segment_bytes;
  journal_options.entries_at_least = [&]() -> Result<uint64_t> {
    auto store =
        StateStore::open(options_.data / kStateFolder, {.map_bytes_initial = options_.map_bytes});
    if (!store) return store.error();
    store_ = std::move(*store);
    return store_->meta().batch;
  };
  auto journal = Journal::open(options_.data / kJournalFolder, journal_options);
  if (!journal) return journal.error();
  journal_ = std::move(*journal);
  if (!journal_->recovery_note().empty()) notice(journal_->recovery_note());
  const Status same = same_pseudonyms(store_->meta().policy_text);
  if (!same) return same;
  log_ = std::make_unique<WarningLog>(store_.get());
  const auto wanted = program_;
  if (const Status ready = resume(); !ready) return ready;
  if (program_->hash != wanted->hash || journal_->last_number() == 0) {
    if (const Status adopted = adopt(wanted); !adopted) return adopted;
  }
  program_ = wanted;
  // What was evaluated again need not be so at the next start.
  if (const Status saved = finish_checkpoint(); !saved) return saved;
  if (number_ != store_->meta().batch) start_checkpoint();
  return finish_checkpoint();
}

// Persons would not be recognised again under another key, and old pseudonyms taken for values.
Status Engine::Impl::same_pseudonyms(std::string_view policy_text) {
  const std::string_view written = fingerprint_in(policy_text);
  if (written.empty()) return Done{};
  fingerprint_ = written;
  if (options_.pseudonyms != nullptr && options_.pseudonyms->fingerprint() == written) {
    return Done{};
  }
  return Error{
      ErrorKind::kEnvironment,
      fmt::format("{} holds pseudonyms of private values that were made with another key{}",
                  options_.data.string(),
                  options_.pseudonyms == nullptr ? ", and none was given" : ""),
      "give the key file that it was started with: --key FILE; without it, only a new "
      "data directory can be opened"};
}

// The policy that the checkpoint was made under; null when there is none.
Result<std::shared_ptr<const plan::Program>> Engine::Impl::checkpointed_policy() {
  const StoreMeta& meta = store_->meta();
  if (meta.policy_hash == program_->hash) return program_;
  if (meta.policy_hash.empty()) return std::shared_ptr<const plan::Program>();
  return compile_saved("the state in " + options_.data.string(), meta.policy_text);
}

// From the checkpoint if it can be used: then only entries after it are evaluated.
Status Engine::Impl::resume() {
  const StoreMeta meta = store_->meta();
  Result<std::shared_ptr<const plan::Program>> policy = checkpointed_policy();
  if (!policy) return policy.error();
  if (*policy == nullptr) return rebuild();
  program_ = *policy;
  start_pipeline(program_);
  pipeline_->set_clock(meta.clock);
  clock_ = meta.clock;
  number_ = meta.batch;
  last_reject_ = meta.last_reject;
  log_->begin(meta.last_seq);
  const Status timers =
      store_->for_each_due([&](uint32_t domain, std::string_view key, int64_t due) {
        pipeline_->add_timer(domain, key, due);
      });
  if (!timers) return timers;
  if (const Status links = pipeline_->load_links(); !links) return links;
  next_due_ = pipeline_->next_due();
  Status done = Done{};
  const Status read = journal_->read(meta.batch, [&](JournalEntry&& entry) {
    done = replay_entry(std::move(entry));
    return done.ok();
  });
  return read ? done : read;
}

Status Engine::Impl::rebuild() {
  if (journal_->first_number() > 1) {
    return Error{
        ErrorKind::kCorrupt,
        fmt::format("the journal in {} begins with entry {} (--keep), and the state, which "
                    "alone held what came before, is not there",
                    options_.data.string(), journal_->first_number()),
        "restore the folder `state` beside the journal from a backup"};
  }
  if (journal_->last_number() > 0) {
    notice("no usable checkpoint: all entries of the journal are evaluated again");
  }
  if (const Status cleared = store_->clear(); !cleared) return cleared;
  log_->begin(0);
  start_pipeline(program_);  // until the first entry says which
  Status done = Done{};
  const Status read = journal_->read(0, [&](JournalEntry&& entry) {
    done = replay_entry(std::move(entry));
    return done.ok();
  });
  return read ? done : read;
}

Status Engine::Impl::replay_entry(JournalEntry&& entry) {
  if (!entry.policy_change) {
    const DecodedBatch decoded = decode(entry.batch);
    take(entry.batch, decoded, entry.number, entry.wall_clock, nullptr);
    if (const auto error = failure()) return *error;
    checkpoint_if_due();
    if (const auto error = failure()) return *error;
    return Done{};
  }
  if (const Status same = same_pseudonyms(entry.policy_text); !same) return same;
  if (entry.policy_hash == program_->hash && entry.number == 1) {
    number_ = entry.number;
    return Done{};
  }
  auto program = compile_saved("journal entry " + std::to_string(entry.number), entry.policy_text);
  if (!program) return program.error();
  return change_policy(*program, entry.number);
}

Result<std::shared_ptr<const plan::Program>> Engine::Impl::compile_saved(const std::string& where,
                                                                         const std::string& text) {
  dsl::SourceSet sources;
  sources.add(where, text);
  dsl::Compiled compiled = dsl::compile(sources);
  if (compiled.program != nullptr) return compiled.program;
  return Error{ErrorKind::kCorrupt,
               "the policy in " + where + " does not compile with this version of tocsin",
               "use the version that wrote the data directory, or start a new one"};
}

// Writes the policy into the journal and takes it up.
Status Engine::Impl::adopt(std::shared_ptr<const plan::Program> program) {
  JournalEntry entry;
  entry.number = journal_->last_number() + 1;
  entry.batch.wall_micros = wall_now();
  entry.policy_change = true;
  entry.policy_hash = program->hash;
  if (program->has_private_columns()) fingerprint_ = options_.pseudonyms->fingerprint();
  entry.policy_text = with_fingerprint(program->canonical_text, fingerprint_);
  if (const Status written = journal_->append(entry); !written) return written;
  return change_policy(std::move(program), entry.number);
}

// Evaluates all earlier entries under the new policy without a word, then tells the difference.
Status Engine::Impl::change_policy(std::shared_ptr<const plan::Program> program, uint64_t number) {
  if (number == 1) {
    start_pipeline(std::move(program));
    number_ = 1;
    return Done{};
  }
  const auto old_program = program_;
  const uint64_t first = journal_->first_number();
  notice("another policy: the journal is evaluated anew and the difference published" +
         (first == 1 ? ""
                     : fmt::format("; the journal begins with entry {} (--keep), so the policy "
                                   "does not know what came before",
                                   first)));
  tell_privacy_change(*old_program, *program);
  Result<Warnings> before = current_warnings();
  if (!before) return before.error();
  if (const Status saved = finish_checkpoint(); !saved) return saved;
  start_checkpoint();  // what was told so far stays told
  if (const Status saved = finish_checkpoint(); !saved) return saved;
  if (const Status spare = store_->use_spare_keys(); !spare) return spare;
  quiet_ = true;
  start_pipeline(std::move(program));
  Status done = Done{};
  const Status read = journal_->read(first - 1, [&](JournalEntry&& entry) {
    if (entry.number >= number) return false;
    if (!entry.policy_change) done = replay_entry(std::move(entry));
    return done.ok();
  });
  if (const Status saved = finish_checkpoint(); !saved) return saved;
  quiet_ = false;
  if (!read) return read;
  if (!done) return done;
  number_ = number;
  return publish_policy_change(std::move(*before), *old_program);
}

// What was kept stays as it was kept.
void Engine::Impl::tell_privacy_change(const plan::Program& before,
                                       const plan::Program& after) const {
  const auto columns_of = [](const plan::Program& program) {
    std::set<std::string> columns;
    for (const plan::TypePlan& type : program.types) {
      columns.insert(type.private_columns.begin(), type.private_columns.end());
    }
    return columns;
  };
  const auto more = [](const std::set<std::string>& a, const std::set<std::string>& b) {
    std::vector<std::string> columns;
    std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(columns));
    return fmt::format("{}", fmt::join(columns, ", "));
  };
  const std::set<std::string> old_columns = columns_of(before), new_columns = columns_of(after);
  if (const std::string columns = more(old_columns, new_columns); !columns.empty()) {
    notice("private from now on: " + columns +
           ". What came before still stands as it came in the journal, and may in the state and in "
           "the warnings that were told: to be rid of it, start a new data directory and feed the "
           "records again");
  }
  if (const std::string columns = more(new_columns, old_columns); !columns.empty()) {
    notice("no longer private: " + columns +
           ". What came before stays a pseudonym, and equals no value that comes from now on");
  }
}

Result<Engine::Impl::Warnings> Engine::Impl::current_warnings() {
  Warnings warnings;
  const Status read =
      pipeline_->for_each_warning([&](const std::string& key, const Warning& warning) {
        warnings[warning.id] = {key, warning};
      });
  if (!read) return read.error();
  return warnings;
}

// First what no longer holds, in the words of the old policy, then what is new or different.
Status Engine::Impl::publish_policy_change(Warnings before, const plan::Program& old_program) {
  Result<Warnings> now = current_warnings();
  if (!now) return now.error();
  Changes withdrawn, changed;
  const auto add = [](Changes& changes, const std::string& key, Event event, const Warning& warning,
                      int64_t time) {
    changes.push_back({time, key, event, Reason::kPolicyChange, warning});
  };
  for (auto& [id, held] : *now) {
    const auto& [key, warning] = held;
    const auto old = before.find(id);
    if (old == before.end()) {
      Warning raised = warning;
      raised.cleared = kStillOpen;
      add(changed, key, Event::kRaised, raised, warning.raised);
      if (!warning.open()) add(changed, key, Event::kCleared, warning, warning.cleared);
      continue;
    }
    if (old->second.second.content_hash() != warning.content_hash()) {
      add(changed, key, Event::kChanged, warning, warning.changed);
    }
    before.erase(old);
  }
  for (const auto& [id, held] : before) {
    add(withdrawn, held.first, Event::kWithdrawn, held.second, held.second.raised);
  }
  for (Changes* changes : {&withdrawn, &changed}) {
    std::sort(changes->begin(), changes->end());
    tell(*changes, changes == &withdrawn ? old_program : *program_, clock_, nullptr);
  }
  return Done{};
}

}  // namespace tocsin
