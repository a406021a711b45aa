#include "console/widgets/last_writer.h"

#include "console/model/patient_change.h"
#include "console/theme/time_text.h"
#include "console/widgets/editing_shown.h"
#include "console/widgets/words.h"

#include <utility>

namespace ems::console {
namespace {

// Without stamps, state and version: those go on by themselves.
std::string content_of(const api::Incident& incident) {
    api::Incident shown;
    shown.set_level(incident.level());
    shown.set_complaint(incident.complaint());
    shown.set_address(incident.address());
    *shown.mutable_place() = incident.place();
    shown.set_planned_us(incident.planned_us());
    shown.set_units_wanted(incident.units_wanted());
    *shown.mutable_need() = incident.need();
    copy_patient(incident, shown);
    return shown.SerializeAsString();
}

bool is_edit(const api::AuditRow& row) {
    return row.action() == "update_incident" || row.action() == "second_call";
}

} // namespace

LastWriter::LastWriter(Desk& desk, std::function<std::int64_t()> shown_case, QObject* parent)
    : QObject(parent), desk_(desk), shown_case_(std::move(shown_case)) {
    connect(&desk_, &Desk::stateChanged, this, &LastWriter::follow);
    connect(&desk_, &Desk::selectionChanged, this, &LastWriter::follow);
    connect(&desk_, &Desk::ticked, this, &LastWriter::say); // a server that leads no more says nothing
    connect(&desk_, &Desk::answeredBehind, this, &LastWriter::take);
}

void LastWriter::follow() {
    const std::int64_t shown = shown_case_();
    const api::Incident* incident = desk_.state().incident(shown);
    std::string content = incident == nullptr ? std::string{} : content_of(*incident);
    if (shown != incident_) {
        incident_ = shown;
        since_us_ = desk_.shownUs();
        content_ = std::move(content);
        asked_ = 0;
        written_.clear();
    } else if (incident != nullptr && content != content_) {
        content_ = std::move(content);
        api::ClientFrame frame;
        frame.mutable_get_timeline()->set_incident_id(shown);
        asked_ = desk_.askBehind(std::move(frame));
    }
    say();
}

void LastWriter::take(const api::ServerFrame& frame) {
    if (asked_ == 0 || frame.reply_to() != asked_) {
        return;
    }
    asked_ = 0;
    if (!frame.has_timeline()) {
        return; // refused, or no answer: nothing is said rather than a guess
    }
    const api::AuditRow* newest = nullptr;
    for (const api::AuditRow& row : frame.timeline().audit()) {
        if (is_edit(row) && row.at_us() >= since_us_ && (newest == nullptr || row.at_us() >= newest->at_us())) {
            newest = &row;
        }
    }
    const bool by_another = newest != nullptr && newest->who() != desk_.state().login().user();
    written_ = by_another ? tr("edited by %1 %2").arg(qs(newest->who()), qs(clock_text(newest->at_us())).left(5)) : QString{};
    say();
}

void LastWriter::say() {
    const QString editing = EditingShown::text(desk_, incident_);
    const QString& text = editing.isEmpty() ? written_ : editing;
    if (text != text_) {
        text_ = text;
        emit changed();
    }
}

} // namespace ems::console
