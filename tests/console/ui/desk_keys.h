// A desk under the hands of a person: keys, fields by their names, and the last request of a kind that it sent.
#pragma once

#include "tests/console/ui/desk_fixture.h"

#include <algorithm>

#include <QTemporaryDir>

namespace ems::console {

inline const api::ClientFrame* last_of(const FakeFeed& feed, api::ClientFrame::BodyCase body) {
    const auto found = std::find_if(feed.sent.rbegin(), feed.sent.rend(),
                                    [&](const api::ClientFrame& f) { return f.body_case() == body; });
    return found == feed.sent.rend() ? nullptr : &*found;
}

class DeskKeys : public DeskTest {
  protected:
    void SetUp() override {
        draft_ = folder_.filePath(QStringLiteral("draft.json"));
        DeskTest::SetUp();
    }
    TextField* field(const char* name) {
        for (auto* f : window_->findChildren<TextField*>()) {
            if (f->accessibleName() == QLatin1String(name)) {
                return f;
            }
        }
        return nullptr;
    }
    QTemporaryDir folder_;
};

} // namespace ems::console
