# cmake -DINPUT=file -DOUTPUT=file.cpp -DNAME=kName -P embed.cmake: a file's text as a constant of the program.
file(READ "${INPUT}" text)
string(FIND "${text}" ")embedded\"" clash)
if(NOT clash EQUAL -1)
  message(FATAL_ERROR "${INPUT} holds the end mark of the literal it is put into")
endif()
file(WRITE "${OUTPUT}" "#include \"host/server/embedded.h\"\n\nnamespace smmhost {\n\n"
     "constexpr std::string_view ${NAME} = R\"embedded(")
file(APPEND "${OUTPUT}" "${text}")
file(APPEND "${OUTPUT}" ")embedded\";\n\n}  // namespace smmhost\n")
