#include "console/widgets/leave_centre.h"

#include "telemetry/base/log.h"

#include <QEventLoop>
#include <QTimer>

namespace ems::console {

Leave leave_centre(Desk& desk, std::chrono::milliseconds most) {
    QEventLoop loop;
    Leave out = Leave::given_up;
    QObject::connect(&desk, &Desk::left, &loop, [&] {
        out = Leave::answered;
        loop.quit();
    });
    desk.leave();
    if (out == Leave::given_up) {
        QTimer::singleShot(most, &loop, &QEventLoop::quit);
        loop.exec();
    }
    if (out == Leave::given_up) {
        EMS_LOG(warn, "desk", "left without the centre's answer to the log-off");
    }
    return out;
}

} // namespace ems::console
