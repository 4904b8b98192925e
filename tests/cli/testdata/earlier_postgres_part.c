// What the program finds where an installation kept the PostgreSQL part of another version.
__attribute__((visibility("default"))) const char* smmhost_postgres_version(void) {
  return "0.0.0";
}

__attribute__((visibility("default"))) void* smmhost_postgres_module(void) {
  return 0;
}
