/* Puts the file SMM_MANIFEST_FILE (a string: its path) into the section .smm_manifest, where the host reads it before
 * any code of the plugin runs. Compiled into every plugin. R: kept where the linker drops what nobody refers to. */
__asm__(
    ".section .smm_manifest,\"aR\",%progbits\n"
    ".incbin \"" SMM_MANIFEST_FILE
    "\"\n"
    ".previous\n");
typedef int smm_manifest_embedded;
