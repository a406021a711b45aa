// The call form under the hands of a person, and what it sent.
#pragma once

#include "tests/console/ui/desk_fixture.h"

#include "telemetry/base/error.h"

#include <functional>
#include <utility>
#include <vector>

#include <QTemporaryDir>

namespace ems::console {

class CallFormKeys : public DeskTest {
  protected:
    void SetUp() override {
        draft_ = folder_.filePath(QStringLiteral("draft.json"));
        DeskTest::SetUp();
        connectAll();
    }
    TextField* field(const char* name) {
        for (auto* f : window_->findChildren<TextField*>()) {
            if (f->accessibleName() == QLatin1String(name)) {
                return f;
            }
        }
        return nullptr;
    }
    void type(const char* name, const char* text) {
        field(name)->setFocus();
        field(name)->clear();
        QTest::keyClicks(field(name), QString::fromUtf8(text));
    }
    void choose(const char* name, Qt::Key digit) {
        for (auto* s : window_->findChildren<SegmentField*>()) {
            if (s->accessibleName() == QLatin1String(name)) {
                s->setFocus();
                QTest::keyClick(s, digit);
            }
        }
    }
    void writeCall() {
        QTest::keyClick(window_.get(), Qt::Key_F2);
        type("Complaint", "chest pain");
        type("Address", "somewhere");
        window_->callForm().setPlace(35.1, 110.9);
        choose("Level", Qt::Key_1);
    }
    // Request numbers and frames of one kind, in order.
    std::vector<std::pair<std::uint64_t, api::ClientFrame>> sent(api::ClientFrame::BodyCase body) const {
        std::vector<std::pair<std::uint64_t, api::ClientFrame>> out;
        for (std::size_t i = 0; i < feed_.sent.size(); ++i) {
            if (feed_.sent[i].body_case() == body) {
                out.emplace_back(i + 1, feed_.sent[i]);
            }
        }
        return out;
    }
    // The centre, another desk or the crew changed incident 11.
    void change(const std::function<void(api::Incident&)>& how) {
        auto* incident = feed_.world.mutable_incidents(1);
        how(*incident);
        incident->set_version(incident->version() + 1);
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        *frame.mutable_delta()->add_incidents() = *incident;
        feed_.push(frame);
        settle();
    }
    std::vector<api::UpdateIncident> updates() const {
        std::vector<api::UpdateIncident> out;
        for (const auto& [request, frame] : sent(api::ClientFrame::kUpdateIncident)) {
            out.push_back(frame.update_incident());
        }
        return out;
    }
    void leaveFields() { window_->callForm().setFocus(); }
    auto calls() const { return sent(api::ClientFrame::kNewCall); }
    void refuse(std::uint64_t request, Code code) {
        api::ServerFrame frame;
        frame.set_reply_to(request);
        frame.mutable_error()->set_code(static_cast<std::uint32_t>(code));
        frame.mutable_error()->set_text_en("refused");
        feed_.push(frame);
        settle();
    }
    void open(std::uint64_t request, std::int64_t incident) {
        api::ServerFrame frame;
        frame.set_reply_to(request);
        frame.mutable_new_call_ok()->set_incident_id(incident);
        frame.mutable_new_call_ok()->set_number("0035");
        feed_.push(frame);
        settle();
    }
    // Case 35 as the centre has opened it.
    void appears() {
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        auto* i = frame.mutable_delta()->add_incidents();
        i->set_id(35);
        i->set_number("0035");
        i->set_version(1);
        i->set_state("open");
        const api::NewCall call = calls().front().second.new_call();
        i->set_level(call.level());
        i->set_complaint(call.complaint());
        i->set_address(call.address());
        *i->mutable_place() = call.place();
        feed_.push(frame);
        settle();
    }
    QTemporaryDir folder_;
};

} // namespace ems::console
