#include "console/window/connection_window.h"

#include "console/theme/metrics.h"
#include "console/widgets/connection_view.h"

#include <cstdlib>

#include <QVBoxLayout>

namespace ems::console {
namespace {

// Ages and timers count by the server's clock; stamps that a person reads off another clock would differ.
constexpr std::int64_t kClockOffUs = 2'000'000;

} // namespace

ConnectionWindow::ConnectionWindow(Desk& desk, QWidget* parent)
    : QDialog(parent), desk_(desk), view_(new ConnectionView(desk.theme(), this)) {
    setObjectName(QStringLiteral("connectionWindow"));
    setWindowTitle(tr("Connection to the centre"));
    setAccessibleName(windowTitle());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->addWidget(view_);
    connect(&desk_, &Desk::ticked, this, &ConnectionWindow::renew);
    connect(&desk_, &Desk::stateChanged, this, &ConnectionWindow::renew);
    renew();
}

void ConnectionWindow::renew() {
    view_->setTrials(desk_.trials());
    const std::int64_t off_us = desk_.shownUs() - desk_.localUs();
    const bool off = desk_.isLive() && std::llabs(off_us) > kClockOffUs;
    const QString seconds = QString::number(static_cast<double>(std::llabs(off_us)) / 1e6, 'f', 1);
    view_->setNote(!off           ? QString{}
                   : off_us > 0 ? tr("This machine's clock is %1 s behind the server's").arg(seconds)
                                : tr("This machine's clock is %1 s ahead of the server's").arg(seconds));
}

} // namespace ems::console
