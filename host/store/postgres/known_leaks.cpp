// What LeakSanitizer is not to report in a program that talks to PostgreSQL.
// libpqxx 6.4 loses libpq's result where it learns that the connection broke (connection_base::make_result asks for the
// encoding first, which throws): two kilobytes for each connection that dies in use. Read only by the sanitizer.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6";
}
