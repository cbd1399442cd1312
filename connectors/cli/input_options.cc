#include "connectors/cli/input_options.h"

namespace tocsin {

InputOptions::InputOptions(CLI::App& command) : command_(command) {
  files_option_ =
      command
          .add_option("FILE", paths_,
                      "Files of records: .ndjson .csv .tsv, also .gz .zst; - is standard input")
          ->required();
  as_option_ =
      command.add_option("--as", types_, "Record type of the files after it; may be repeated")
          ->type_name("TYPE")
          ->allow_extra_args(false);
}

std::optional<std::vector<InputFile>> InputOptions::files() const {
  std::vector<InputFile> files;
  size_t types_seen = 0;
  bool pending = false;
  for (const CLI::Option* option : command_.parse_order()) {
    if (option == as_option_ && types_seen < types_.size()) {
      ++types_seen;
      pending = true;
    } else if (option == files_option_ && files.size() < paths_.size()) {
      files.push_back({paths_[files.size()], types_seen == 0 ? "" : types_[types_seen - 1]});
      pending = false;
    }
  }
  if (pending) return std::nullopt;
  return files;
}

}  // namespace tocsin
