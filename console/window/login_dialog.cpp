#include "console/window/login_dialog.h"

#include "console/theme/metrics.h"

#include <QFormLayout>

namespace ems::console {

LoginDialog::LoginDialog(const Theme& theme, const QString& server, const QString& user)
    : server_(new TextField(theme, tr("Server"), 100, this)), user_(new TextField(theme, tr("User"), 64, this)),
      password_(new TextField(theme, tr("Password"), 128, this)) {
    setWindowTitle(tr("EMS 120 log-in"));
    auto* layout = new QFormLayout(this);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->setSpacing(metrics::kMargin);
    server_->setText(server);
    user_->setText(user);
    password_->setEchoMode(QLineEdit::Password);
    layout->addRow(tr("Server"), server_);
    layout->addRow(tr("User"), user_);
    layout->addRow(tr("Password"), password_);
    auto* enter = new KeyButton(theme, tr("Log in"), tr("Enter"), ButtonKind::main, this);
    connect(enter, &KeyButton::clicked, this, &QDialog::accept);
    connect(password_, &QLineEdit::returnPressed, this, &QDialog::accept);
    layout->addRow(enter);
    setMinimumWidth(420);
    (user.isEmpty() ? user_ : password_)->setFocus(Qt::OtherFocusReason);
}

} // namespace ems::console
