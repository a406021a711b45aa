#include "console/window/login_dialog.h"

#include "console/theme/metrics.h"
#include "console/widgets/connection_view.h"

#include <algorithm>
#include <utility>

#include <QFormLayout>

namespace ems::console {

using client::ConnectTrial;
using client::TrialState;

namespace {

constexpr int kLookMs = 100;

} // namespace

LoginDialog::LoginDialog(const Theme& theme, const QString& server, const QString& user, Connect connect)
    : server_(new TextField(theme, tr("Server"), 100, this)), user_(new TextField(theme, tr("User"), 64, this)),
      password_(new TextField(theme, tr("Password"), 128, this)), said_(new QLabel(this)),
      positions_(new KeyButton(theme, tr("Positions only, no orders"), QStringLiteral("F2"), ButtonKind::plain, this)),
      view_(new ConnectionView(theme, this)), connect_(std::move(connect)) {
    setWindowTitle(tr("EMS 120 log-in"));
    auto* layout = new QFormLayout(this);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->setSpacing(metrics::kMargin);
    layout->setSizeConstraint(QLayout::SetMinimumSize);
    server_->setText(server);
    user_->setText(user);
    password_->setEchoMode(QLineEdit::Password);
    layout->addRow(tr("Server"), server_);
    layout->addRow(tr("User"), user_);
    layout->addRow(tr("Password"), password_);
    auto* enter = new KeyButton(theme, tr("Log in"), tr("Enter"), ButtonKind::main, this);
    QObject::connect(enter, &KeyButton::clicked, this, &LoginDialog::logIn);
    for (TextField* field : {server_, user_, password_}) {
        QObject::connect(field, &QLineEdit::returnPressed, this, &LoginDialog::logIn);
    }
    layout->addRow(enter);
    said_->setFont(Theme::font(metrics::kBodyPx, Weight::bold));
    said_->hide();
    layout->addRow(said_);
    positions_->hide();
    positions_->setShortcut(Qt::Key_F2);
    QObject::connect(positions_, &KeyButton::clicked, this, &QDialog::accept);
    layout->addRow(positions_);
    view_->hide();
    layout->addRow(view_);
    setMinimumWidth(420);
    (user.isEmpty() ? user_ : password_)->setFocus(Qt::OtherFocusReason);
    timer_.setInterval(kLookMs);
    QObject::connect(&timer_, &QTimer::timeout, this, &LoginDialog::look);
}

LoginDialog::~LoginDialog() = default;

void LoginDialog::logIn() {
    if (user_->text().trimmed().isEmpty() || password_->text().isEmpty()) {
        said_->setText(tr("User and password are needed"));
        said_->show();
        (user_->text().trimmed().isEmpty() ? user_ : password_)->setFocus(Qt::OtherFocusReason);
        return;
    }
    feed_.reset(); // the try before ends first
    feed_ = connect_(server_->text().trimmed().toStdString(), user_->text().trimmed().toStdString(),
                     password_->text().toStdString());
    feed_->start();
    said_->setText(tr("Connecting"));
    said_->show();
    view_->show();
    timer_.start();
    look();
}

void LoginDialog::look() {
    if (!feed_) {
        return;
    }
    std::vector<ConnectTrial> trials = feed_->trials();
    const auto is = [](TrialState state) { return [state](const ConnectTrial& one) { return one.state == state; }; };
    if (std::any_of(trials.begin(), trials.end(), is(TrialState::live))) {
        timer_.stop();
        accept();
        return;
    }
    const bool failed = !trials.empty() && std::all_of(trials.begin(), trials.end(), is(TrialState::failed));
    const bool refused = std::any_of(trials.begin(), trials.end(), [](const ConnectTrial& one) {
        return one.state == TrialState::failed && one.step == client::ConnectStep::log_in &&
               one.cause == client::ConnectCause::answered;
    });
    if (refused) {
        said_->setText(tr("Not let in"));
    } else if (failed) {
        said_->setText(tr("Not connected; it goes on trying"));
    }
    if (refused || (offers_positions_ && failed)) { // it stays while the next attempts run
        positions_->setVisible(!refused);
    }
    const bool first = refused && view_->text().indexOf(QStringLiteral("×")) < 0;
    view_->setTrials(std::move(trials));
    if (first) {
        password_->selectAll();
        password_->setFocus(Qt::OtherFocusReason);
    }
    const QSize wanted = sizeHint();
    if (wanted.height() > height() || wanted.width() > width()) {
        resize(wanted.expandedTo(size()));
    }
}

std::unique_ptr<Feed> LoginDialog::takeFeed() {
    return std::move(feed_);
}

} // namespace ems::console
