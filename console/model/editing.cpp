#include "console/model/editing.h"

namespace ems::console {

std::vector<const api::Editor*> others_editing(const DeskState& state, std::int64_t incident_id, std::int64_t local_us) {
    std::vector<const api::Editor*> out;
    if (incident_id == 0 || !state.takes_orders(local_us)) {
        return out;
    }
    for (const api::Editor& editor : state.centre().editors()) {
        const bool is_this_desk = editor.user() == state.login().user() && editor.seat() == state.seat();
        if (editor.incident_id() == incident_id && !is_this_desk) {
            out.push_back(&editor);
        }
    }
    return out;
}

} // namespace ems::console
