// A policy from disk: a folder of *.rules files, or one file, read, parsed, checked and planned.
#pragma once

#include <string>

#include "engine/result.h"
#include "rules-dsl/compile.h"

namespace tocsin {

// Reads the files, sorted by path, folders within included; hidden ones (.git, editors' locks) are
// passed over. Errors: not found, no *.rules in the folder, an entry of such a name that is no
// file, unreadable, over limits::kPolicyBytesMax. Text that is not UTF-8 is for the compiler to
// report.
Result<dsl::SourceSet> read_policy(const std::string& path);

// Reads the files of data that the policy at `path` names, relative to its folder, and hands them
// in.
void attach_files(const std::string& path, dsl::SourceSet& sources);

struct LoadedPolicy {
  dsl::SourceSet sources;
  dsl::Compiled compiled;  // mistakes of the author are in its diagnostics, not an Error
};

// Reads and compiles.
Result<LoadedPolicy> load_policy(const std::string& path, plan::PlanOptions options = {});

}  // namespace tocsin
