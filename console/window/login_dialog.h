// Who sits down at this desk, and at which server.
#pragma once

#include "console/widgets/controls.h"

#include <QDialog>
#include <QString>

namespace ems::console {

class LoginDialog : public QDialog {
    Q_OBJECT
  public:
    LoginDialog(const Theme& theme, const QString& server, const QString& user);
    [[nodiscard]] QString server() const { return server_->text(); }
    [[nodiscard]] QString user() const { return user_->text(); }
    [[nodiscard]] QString password() const { return password_->text(); }

  private:
    TextField* server_;
    TextField* user_;
    TextField* password_;
};

} // namespace ems::console
