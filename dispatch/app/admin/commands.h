// The verbs of ems-admin as CLI sub-commands. Each adds itself to the parser; what it does runs in the callback and
// throws Refusal with one clear sentence, which main prints.
#pragma once

#include <stdexcept>
#include <string>

#include "telemetry/base/result.h"

namespace CLI {
class App;
}

namespace ems::admin {

struct Refusal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline void must(const Result<void>& result) {
    if (!result) {
        throw Refusal{result.error().detail.empty() ? std::string{code_text_en(result.error().code)}
                                                    : result.error().detail};
    }
}

void add_pki(CLI::App& app);
void add_free_ports(CLI::App& app);
void add_migrate(CLI::App& app);
void add_seed(CLI::App& app);
void add_user_verbs(CLI::App& app);
void add_world(CLI::App& app);

} // namespace ems::admin
