; Installs for the present user, so that no administrator is needed. Stations' data is elsewhere
; (the user's data folder) and is never touched, neither by installing nor by removing.
Unicode true
SetCompressor /SOLID lzma
!include "MUI2.nsh"
!include "LogicLib.nsh"

!define TITLE "劳动力资源台账"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\laborclerk"

Name "${TITLE} ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\laborclerk"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
RequestExecutionLevel user
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\python\pythonw.exe"
!define MUI_FINISHPAGE_RUN_PARAMETERS "-m laborclerk"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; A folder is removed only if we made it: ours are named one by one, never all of $INSTDIR.
!macro RemoveProgram
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\resources"
  RMDir /r "$INSTDIR\licenses"
  Delete "$INSTDIR\laborclerk.cmd"
  Delete "$INSTDIR\打开劳动力资源台账.cmd"
  Delete "$INSTDIR\laborclerk.ico"
!macroend

Section
  ReadRegStr $0 HKCU "${KEY}" "InstallLocation"
  ${If} $0 == $INSTDIR ; an older release leaves no module behind
    !insertmacro RemoveProgram
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*.*"
  File "/oname=laborclerk.ico" "${ICON}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  SetOutPath "$INSTDIR\python"
  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\python\pythonw.exe" "-m laborclerk" "$INSTDIR\laborclerk.ico"
  CreateShortcut "$DESKTOP\${TITLE}.lnk" "$INSTDIR\python\pythonw.exe" "-m laborclerk" "$INSTDIR\laborclerk.ico"
  WriteRegStr HKCU "${KEY}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\laborclerk.ico"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
SectionEnd

Section "Uninstall"
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  Delete "$DESKTOP\${TITLE}.lnk"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
