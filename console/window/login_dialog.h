// Who sits down at this desk, and at which server. The window stays until the server has let the user in: it shows how far
// each attempt comes, what stops it and what to do, and goes on trying by itself.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "console/model/feed.h"
#include "console/widgets/controls.h"

#include <QDialog>
#include <QLabel>
#include <QString>
#include <QTimer>

namespace ems::console {

class ConnectionView;

class LoginDialog : public QDialog {
    Q_OBJECT
  public:
    // Makes a feed that is not started, for one try; the password is in no other place then.
    using Connect =
        std::function<std::unique_ptr<Feed>(const std::string& server, const std::string& user, std::string password)>;

    LoginDialog(const Theme& theme, const QString& server, const QString& user, Connect connect);
    ~LoginDialog() override;
    [[nodiscard]] QString user() const { return user_->text(); }
    // While no server answers, the desk may be opened for what the vehicles tell the broker; it goes on trying with what was
    // typed.
    void offerPositions() { offers_positions_ = true; }
    [[nodiscard]] KeyButton& positionsButton() { return *positions_; }
    // Of an accepted dialog: started, and let in unless only positions were wanted; what came since waits to be drained.
    std::unique_ptr<Feed> takeFeed();

  public slots:
    // Enter: with what the fields say now. Before, while and after another try.
    void logIn();
    // Looks how the try stands; called by a timer.
    void look();

  private:
    TextField* server_;
    TextField* user_;
    TextField* password_;
    QLabel* said_;
    KeyButton* positions_;
    bool offers_positions_{false};
    ConnectionView* view_;
    Connect connect_;
    std::unique_ptr<Feed> feed_;
    QTimer timer_;
};

} // namespace ems::console
